/** Remembers whether it was rung since it was last silenced. */
export interface Bell {
  readonly ring: () => void;
  /** Forgets that it was rung. */
  readonly silence: () => void;
  /** Waits until it is rung, or rings by itself after `timeoutMs`. */
  readonly rung: (timeoutMs: number) => Promise<void>;
  /** Ends listening to `signal`. */
  readonly close: () => void;
}

/** Makes a bell. An abort of `signal` rings it too. */
export function createBell(signal?: AbortSignal): Bell {
  let bell = Promise.withResolvers<void>();
  let isRung = false;
  const ring = () => {
    isRung = true;
    bell.resolve();
  };
  signal?.addEventListener('abort', ring);
  return {
    ring,
    silence() {
      if (isRung) bell = Promise.withResolvers();
      isRung = false;
    },
    async rung(timeoutMs) {
      const timer = setTimeout(ring, timeoutMs);
      await bell.promise;
      clearTimeout(timer);
    },
    close: () => signal?.removeEventListener('abort', ring),
  };
}
