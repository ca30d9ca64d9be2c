"""Ways to redact. How a file goes through them: ``workflow/redact``; how zones lie: ``zones``."""
