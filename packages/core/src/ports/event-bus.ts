/** Says that a job has new events. What they are is in the job store, so a lost one loses nothing. */
export interface JobNotification {
  readonly tenant: string;
  readonly jobId: string;
  /** Whether the job has ended: a hint that spares a worker from looking at each of its own events. */
  readonly ended: boolean;
}

/** Tells other parts and processes that a job has new events. */
export interface EventBus {
  /** Sends a notification to every subscriber. Never throws and never waits: a lost one only costs time. */
  publish(notification: JobNotification): void;

  /** Calls `listener` for each notification from now on, until the returned function is called. */
  subscribe(listener: (notification: JobNotification) => void): () => void;

  /** Ends all subscriptions and releases what the bus itself opened. Idempotent. */
  close(): Promise<void>;
}
