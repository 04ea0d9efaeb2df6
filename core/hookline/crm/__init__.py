"""The nouns of a CRM: each module is one noun, its model first, then its verbs, then its queries. Knows no HTTP."""
