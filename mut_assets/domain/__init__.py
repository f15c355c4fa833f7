"""PublicationLog about data: values in, values out. No Dagster, no HTTP, no AWS, no clock, no environment."""
