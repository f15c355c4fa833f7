"""A client for any AWS service, its errors in the platform's words, and the secret kept there.

What belongs here: what every service of AWS has in common. What does not: Bedrock (`resources/bedrock/`), Titan
(`resources/embedding/`), SNS (`resources/alerts/`). Begin with `client.py`.
"""
