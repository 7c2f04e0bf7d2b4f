"""Linux: the rest of the way into an environment's own file system, for a forked process.

Its parent has gone through ``enter_namespaces`` with a ``keep`` step: it sees all that is the same
for every function, and at the kept place the machine's files. What is left is this environment's
code, layers and ``/tmp``, and a user namespace of its own, so that no function has power over
another, or over the parent.
"""

from __future__ import annotations

import os

import enter_namespaces as entering  # type: ignore[import-not-found]

CLONE_NEWNS, CLONE_NEWUSER = entering.CLONE_NEWNS, entering.CLONE_NEWUSER
START = "prepared"


def enter(plan: str) -> None:
    """Steps as in ``enter_namespaces``, the first one ``prepared<FIELD>uid<FIELD>gid<FIELD>place``.

    Paths of the machine begin with the place where it is kept. Raises OSError.
    """
    steps = [step.split(entering.FIELD) for step in plan.split(entering.STEP)]
    settings = {step[0]: step[1:] for step in steps}
    uid, gid, kept_at = settings[START]
    strict = entering.own_processes() if "strict" in settings else None
    entering.call("unshare", CLONE_NEWNS | (entering.STRICT if strict else 0))
    propagation = entering.MS_REC | entering.MS_PRIVATE
    entering.call("mount", None, b"/", None, propagation, None)
    proc = os.open(f"{kept_at}/proc", os.O_PATH | os.O_DIRECTORY)
    if strict:
        control_fd, *ports = settings["strict"]
        strict.open_doors(int(control_fd), [int(port) for port in ports])
        entering.become_first_process(strict)
    for kind, *words in steps:
        if kind in entering.STEPS and kind != "storage":
            entering.STEPS[kind]("", *words)
    entering.call("umount2", os.fsencode(kept_at), entering.MNT_DETACH)
    entering.STEPS["storage"]("", *settings["storage"])
    entering.own_user(proc, uid, gid)
    os.chdir(settings["cwd"][0])
    entering.drop_privileges()
    if strict:
        strict.start_second_process()
