import type { ArtifactStore } from '@pubpipe/core';

/** Lets so many page images into the store, and holds the next ones back until they are let go. */
export function holdPageImages(count: number): {
  readonly around: (store: ArtifactStore) => ArtifactStore;
  readonly letGo: () => void;
} {
  const { promise: free, resolve: letGo } = Promise.withResolvers<void>();
  let seen = 0;
  const around = (store: ArtifactStore): ArtifactStore => {
    const put: ArtifactStore['put'] = async (key, content, options) => {
      if (options?.mediaType === 'image/jpeg') {
        seen += 1;
        if (seen > count) await free;
      }
      return await store.put(key, content, options);
    };
    return new Proxy(store, {
      get(target, name) {
        if (name === 'put') return put;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  return { around, letGo };
}
