import { pipeline as copy } from 'node:stream/promises';
import { type PubpipeRouter, sendProblem } from '@pubpipe/adapter-express';
import { type Pipeline, PubpipeError } from '@pubpipe/core';
import type { HostTransaction } from '@pubpipe/core/kysely';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { orderPrint, tenantOf } from '../printing/order-print.ts';
import type { Customer, Login } from './login.ts';
import type { ShopDatabase } from './shop-database.ts';
import type { createShopMetrics } from './shop-metrics.ts';

/** The shop's application. The lines about printing are those with `printing`, `pipeline` and `orderPrint`. */
export function createShop(parts: {
  readonly db: ShopDatabase;
  readonly login: Login;
  readonly metrics: ReturnType<typeof createShopMetrics>;
  readonly pipeline: Pipeline<HostTransaction>;
  readonly printing: PubpipeRouter;
}): Express {
  const { db, login, metrics, pipeline, printing } = parts;
  const app = express();
  app.use(metrics.measure);
  app.get('/metrics', async (_, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  // Before the shop's parser of JSON, which uploads are not for.
  app.use('/printing', printing);
  app.use(express.json());

  app.post('/login', async (request, response) => {
    const { name, password } = request.body as Record<string, unknown>;
    const cookie = await login.logIn(String(name), String(password));
    if (cookie === undefined) response.status(401).json({ error: 'wrong name or password' });
    else response.set('Set-Cookie', cookie).status(204).end();
  });

  app.post('/jobs', async (request, response) => {
    const customer = await customerOf(request);
    const { title, document } = request.body as Record<string, unknown>;
    const order = { customer, title: String(title), document: String(document) };
    const id = await orderPrint({ db, pipeline }, order);
    response.status(201).location(`/jobs/${id}`).json({ id });
  });

  app.get('/jobs/:id', async (request, response) => {
    const { id, title, state } = await jobOf(request);
    response.json({ id, title, state });
  });

  app.get('/jobs/:id/pdf', async (request, response) => {
    const { pdfId, customer } = await jobOf(request);
    if (pdfId === null) throw new PubpipeError('PAGE_NOT_FOUND', 'It has not been printed yet.');
    const { body, artifact } = await pipeline.download({ id: pdfId, tenant: tenantOf(customer) });
    response.type('application/pdf').set('Content-Length', String(artifact.byteSize));
    await copy(body, response);
  });

  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else sendProblem(request, response, error);
  });
  return app;

  async function customerOf(request: Request): Promise<Customer> {
    const customer = await login.customerOf(request);
    if (customer === undefined) throw new PubpipeError('UNAUTHENTICATED', 'Log in first.');
    return customer;
  }

  async function jobOf(request: Request) {
    const customer = await customerOf(request);
    const job = await db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', Number(request.params['id']))
      .where('customerId', '=', customer.id)
      .executeTakeFirst();
    if (job === undefined) throw new PubpipeError('JOB_NOT_FOUND', 'There is no such order.');
    return { ...job, customer };
  }
}
