/* The one symbol that TorchSharp 0.107.0 misses in a libstdc++ older than GCC 13's. There the streams are set up by a
   static object in every translation unit; here libstdc++ itself does it when it is loaded, so the hook has nothing to do. */
__attribute__((visibility("default"))) void ios_base_library_init(void) __asm__("_ZSt21ios_base_library_initv");
void ios_base_library_init(void) {}
