/** Ids of the multipart uploads that go on in this process, in whatever store: these are never discarded. */
export const uploadsUnderWay = new Set<string>();
