"""Two commands to a running course: the workspace, the embedded cloud and JupyterLab together."""
