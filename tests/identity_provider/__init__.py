"""The region's identity provider, as tests have it: npm's `oidc-provider` with a few people."""
