"""The border to OpenAI-compatible servers: chat, embeddings, tokens, usage."""
