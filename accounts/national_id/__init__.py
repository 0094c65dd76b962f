"""The national identity provider (デジタル認証アプリ): who is it, proved once, kept encrypted."""
