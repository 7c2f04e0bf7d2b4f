"""Who calls, and may they: signatures, resource-based policies, and AWS's words of refusal."""
