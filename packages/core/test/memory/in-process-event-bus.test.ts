import { createInProcessEventBus } from '@pubpipe/core/memory';
import { describeEventBus } from '@pubpipe/core/testing';

describeEventBus('The in-process event bus', async () => {
  const bus = createInProcessEventBus();
  return { bus, elsewhere: bus, subscribed: async () => {}, close: () => bus.close() };
});
