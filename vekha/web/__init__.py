"""The console: server-rendered pages over the services. Routes parse, call a service, and show what it returns."""
