"""Buckets and objects in moto: listing, notifications, policies, and what moto does not know."""
