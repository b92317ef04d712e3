/** What a follower writes down of each entry that its subscription yields. */
export interface FeedLine {
  readonly type: string;
  readonly position: number;
  /** Not of a reset. */
  readonly jobId?: string;
  readonly seq?: number;
}

/** What a follower writes down of each entry that its consumer handles. */
export interface HandledLine {
  readonly type: string;
  readonly jobId?: string;
  readonly position?: number;
}
