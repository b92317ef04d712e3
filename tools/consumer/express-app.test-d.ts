// Only type-checked: the router fits Express' own types, and `authenticate` gets Express' own request.
import { pubpipeRouter } from '@pubpipe/adapter-express';
import { pubpipePage } from '@pubpipe/adapter-express/page';
import type { Pipeline } from '@pubpipe/core';
import { createHttpApi } from '@pubpipe/core/http';
import express, { type Request } from 'express';

declare const pipeline: Pipeline;
const app = express();
app.use('/print/page', pubpipePage({ title: 'Print jobs' }));
app.use('/print', pubpipeRouter(pipeline, { authenticate: (request: Request) => ({ tenant: request.hostname }) }));
app.use(pubpipeRouter(pipeline, { allowAnonymous: true }));
void createHttpApi(pipeline, { allowAnonymous: true }).routes;
