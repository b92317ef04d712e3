// Only type-checked: it would need a Redis to run.
import { createBullMQJobQueue, createRedisEventBus, startBullMQWorker } from '@pubpipe/adapter-bullmq';
import { createPostgresBackend } from 'bullmq';
import { Redis } from 'ioredis';

const connection = new Redis({ lazyConnect: true });
void [createRedisEventBus({ connection }), createBullMQJobQueue({ connection }), startBullMQWorker];
void createBullMQJobQueue({ backend: createPostgresBackend, connection: 'postgres://127.0.0.1/queues' });
