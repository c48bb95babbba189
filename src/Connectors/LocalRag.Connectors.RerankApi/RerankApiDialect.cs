namespace LocalRag.Connectors.RerankApi;

/// <summary>The ways in which rerank servers want to be asked.</summary>
public enum RerankApiDialect
{
    /// <summary>Text Embeddings Inference of Hugging Face: <c>POST /rerank</c>.</summary>
    TextEmbeddingsInference,

    /// <summary>Cohere, version 2: <c>POST /v2/rerank</c>.</summary>
    Cohere,

    /// <summary>Jina: <c>POST /v1/rerank</c>.</summary>
    Jina,

    /// <summary>vLLM: <c>POST /v1/rerank</c>.</summary>
    Vllm,

    /// <summary>Infinity: <c>POST {prefix}/rerank</c>.</summary>
    Infinity,

    /// <summary>The server of llama.cpp, started with <c>--reranking</c>: <c>POST /v1/rerank</c>.</summary>
    LlamaCpp,
}
