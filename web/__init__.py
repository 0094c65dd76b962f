"""Pages: templates, static ES modules, service worker. Joins the services."""
