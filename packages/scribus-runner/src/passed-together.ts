/** Which limit a render has passed with all its processes, or all its files, together. */
export interface PassedTogether {
  readonly limit: 'memoryBytes' | 'processes' | 'outputBytes' | 'files';
  readonly value: number;
}
