// A shop with a login, tables and metrics of its own, into which printing was put:
//
//   DATABASE_URL=postgres://… node --conditions=@pubpipe/source src/main.ts
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { pubpipeRouter } from '@pubpipe/adapter-express';
import { openPrinting } from './printing/open-printing.ts';
import { tenantOf } from './printing/order-print.ts';
import { createShop } from './shop/create-shop.ts';
import { createLogin } from './shop/login.ts';
import { createShopTables, openShopDatabase } from './shop/shop-database.ts';
import { createShopMetrics } from './shop/shop-metrics.ts';

const { DATABASE_URL = '', DIRECTORY = 'shop', PORT = '3000' } = process.env;
const db = openShopDatabase(DATABASE_URL);
await createShopTables(db);
const login = createLogin(db);
const metrics = createShopMetrics();
const printer = await openPrinting({ db, registry: metrics.registry, directory: DIRECTORY });
const { pipeline } = printer;

// Uploads, live events and the rest, for those who are logged in to the shop.
const printing = pubpipeRouter(pipeline, {
  async authenticate(request) {
    const customer = await login.customerOf(request);
    return customer && { tenant: tenantOf(customer) };
  },
});
const server = createServer(createShop({ db, login, metrics, pipeline, printing }));
server.listen(Number(PORT), '127.0.0.1');
await once(server, 'listening');
console.log(`The shop is at http://127.0.0.1:${(server.address() as AddressInfo).port}`);

await once(process, 'SIGTERM');
printing.close();
await new Promise((resolve) => server.close(resolve));
await printer.close();
await db.destroy();
