"""OpenID Connect: signing in at issuers, by authlib and joserfc."""
