"""Text -> vectors: the contract (`base`), the local model (`minilm`) and any OpenAI-compatible server (`openai`)."""
