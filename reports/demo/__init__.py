"""The main job on real input, each step through the services, tasks and pages that people use."""
