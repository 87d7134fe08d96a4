"""流程: processes as BPMN 2.0 (ISO/IEC 19510) stored by version and carried out move by move.

Owns process definitions, decision tables, running processes, their tokens, work items, timers and history. It knows
nothing of what a process is about: the subject is a type and a number, the field's rules live with the apps above.
"""
