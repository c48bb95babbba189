// FAISS' flat index behind four C functions, so that the benchmark can measure it in its own process on the same vectors.
#include <faiss/IndexFlat.h>
#include <omp.h>

extern "C" {
void openblas_set_num_threads(int);

int faiss_flat_version() { return FAISS_VERSION_MAJOR * 10000 + FAISS_VERSION_MINOR * 100 + FAISS_VERSION_PATCH; }

void* faiss_flat_create(int dimensions, int64_t rows, const float* vectors)
{
    auto* index = new faiss::IndexFlatIP(dimensions);
    index->add(rows, vectors);
    return index;
}

void faiss_flat_search(void* index, int threads, int blasThreads, int64_t queries, const float* vectors, int64_t k, float* scores, int64_t* rows)
{
    omp_set_num_threads(threads);
    openblas_set_num_threads(blasThreads);
    static_cast<faiss::IndexFlatIP*>(index)->search(queries, vectors, k, scores, rows);
}

void faiss_flat_delete(void* index) { delete static_cast<faiss::IndexFlatIP*>(index); }
}
