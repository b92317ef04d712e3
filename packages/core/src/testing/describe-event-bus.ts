import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventBus, JobNotification } from '../ports/event-bus.ts';

/** An event bus, opened for one test. */
export interface OpenedEventBus {
  readonly bus: EventBus;
  /** Another part of the same bus, as another process has it; `bus` itself if it serves one process only. */
  readonly elsewhere: EventBus;
  /** Waits until the subscriptions made so far are in force. */
  readonly subscribed: () => Promise<void>;
  /** Closes what was opened, which a test may have done already. */
  readonly close: () => Promise<void>;
}

const notificationOf = (jobId: string, ended = false): JobNotification => ({ tenant: 'print-shop', jobId, ended });

/** Registers the tests that every {@link EventBus} passes, one for each promise of the port. */
export function describeEventBus(name: string, open: () => Promise<OpenedEventBus>): void {
  describe(`${name} keeps the promises of an event bus`, () => {
    let opened: OpenedEventBus | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    const bus = (): OpenedEventBus => {
      if (opened === undefined) throw new Error('A bus is open only while a test runs.');
      return opened;
    };

    /** Subscribes, and notes what comes. */
    const listen = (to: EventBus) => {
      const received: JobNotification[] = [];
      const unsubscribe = to.subscribe((notification) => received.push(notification));
      const heard = (jobId: string) =>
        vi.waitFor(() => expect(received.map((one) => one.jobId)).toContain(jobId), 10_000);
      return { received, unsubscribe, heard };
    };

    it('sends a notification to every subscriber, here and elsewhere', async () => {
      const listeners = [listen(bus().bus), listen(bus().bus), listen(bus().elsewhere)];
      await bus().subscribed();
      bus().bus.publish(notificationOf('a', true));
      for (const { received, heard } of listeners) {
        await heard('a');
        expect(received).toEqual([notificationOf('a', true)]);
      }
    });

    it('sends notifications in the order in which they were published', async () => {
      const { received, heard } = listen(bus().elsewhere);
      await bus().subscribed();
      const ids = Array.from({ length: 20 }, (_, index) => `job-${index}`);
      for (const id of ids) bus().bus.publish(notificationOf(id));
      await heard('job-19');
      expect(received.map(({ jobId }) => jobId)).toEqual(ids);
    });

    it('does not call a listener from inside publish', async () => {
      const { received, heard } = listen(bus().bus);
      await bus().subscribed();
      bus().bus.publish(notificationOf('a'));
      expect(received).toEqual([]);
      await heard('a');
    });

    it('calls a listener until its subscription ends, and others from then on too', async () => {
      const first = listen(bus().bus);
      const second = listen(bus().bus);
      await bus().subscribed();
      bus().bus.publish(notificationOf('a'));
      await first.heard('a');
      first.unsubscribe();
      first.unsubscribe();
      bus().bus.publish(notificationOf('b'));
      await second.heard('b');
      expect(first.received).toEqual([notificationOf('a')]);
    });

    it('takes the same listener twice for two subscriptions', async () => {
      const received: JobNotification[] = [];
      const listener = (notification: JobNotification) => void received.push(notification);
      const unsubscribe = bus().bus.subscribe(listener);
      bus().bus.subscribe(listener);
      await bus().subscribed();
      unsubscribe();
      const { heard } = listen(bus().bus);
      await bus().subscribed();
      bus().bus.publish(notificationOf('a'));
      await heard('a');
      expect(received).toEqual([notificationOf('a')]);
    });

    it('calls a listener only for what is published from now on', async () => {
      const early = listen(bus().bus);
      await bus().subscribed();
      bus().bus.publish(notificationOf('before'));
      await early.heard('before');
      const late = listen(bus().bus);
      await bus().subscribed();
      bus().bus.publish(notificationOf('after'));
      await late.heard('after');
      expect(late.received).toEqual([notificationOf('after')]);
    });

    it('ends all subscriptions when it is closed, which is idempotent', async () => {
      const { received } = listen(bus().bus);
      await bus().subscribed();
      await Promise.all([bus().bus.close(), bus().bus.close()]);
      bus().elsewhere.publish(notificationOf('a'));
      await bus().bus.close();
      expect(received).toEqual([]);
    });

    it('never throws from publish, also not when it is closed', async () => {
      await bus().bus.close();
      expect(() => bus().bus.publish(notificationOf('a'))).not.toThrow();
    });
  });
}
