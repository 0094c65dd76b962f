"""HTTP of the registry: public reading here, the city's imports in `staff_imports`."""
