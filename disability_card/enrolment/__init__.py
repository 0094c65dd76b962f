"""How a phone gets a card: OpenID4VCI 1.0, pre-authorized code flow with a transaction code.

In the order a phone walks them: ``offers`` (the code and the six digits), ``tokens`` (the code,
or a refresh token, for an access token bound to the phone's key by ``dpop``), ``nonces`` and
``proofs`` (the phone shows that it holds each key), ``credentials`` (the batch of cards).
``oauth_errors`` names every refusal in the form of RFC 6749 and OpenID4VCI.
"""
