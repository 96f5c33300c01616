import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { CurrentCaller, Public, Roles } from './http/access.js';
import { HttpProblem } from './http/http-problem.js';
import { signDevelopmentToken, type Caller } from './http/token.js';
import { runService, startService, type BaseConfig, type RunningService } from './service.js';
import type { Role } from './http/roles.js';

const key = Buffer.alloc(64, 'a-shared-secret.');

@Controller()
class ProbeController {
  @Get('open')
  @Public()
  open(): string {
    return 'open';
  }

  @Get('audit')
  @Roles('auditor')
  audit(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Get('undeclared')
  undeclared(): string {
    return 'never';
  }

  @Get('conflict')
  @Public()
  conflict(): never {
    throw new HttpProblem(409, 'SAGA_CLOSED', 'The saga has ended.');
  }

  @Get('broken')
  @Public()
  broken(): never {
    throw new Error('select password from users');
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const config = (port = 0): BaseConfig => ({
  service: { instance: '0', logLevel: 'silent' },
  http: { host: '127.0.0.1', port },
  jwt: { key, algorithms: ['HS256'] },
});
const definition = { name: 'probe', config: {}, module: () => ProbeModule };
const quiet = pino({ level: 'silent' });

describe('a service', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService(definition, config(), quiet);
  });
  afterAll(async () => {
    await service.stop();
  });

  const get = async (path: string, token?: string) => {
    const response = await fetch(`${service.url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, code: /"code":"([A-Z_]+)"/.exec(text)?.[1] };
  };
  const tokenOf = (role: Role) => signDevelopmentToken({ secret: key.toString(), subject: 'ada', role, ttlSeconds: 60 });
  const claims = (change: (jwt: SignJWT) => SignJWT, signingKey = key, alg = 'HS256') =>
    change(new SignJWT({ roles: ['auditor'] }).setProtectedHeader({ alg }).setSubject('ada').setAudience('onward').setExpirationTime('1m')).sign(signingKey);

  it('answers health without a token', async () => {
    expect(await get('/health/live')).toMatchObject({ status: 200, text: '{"status":"live"}' });
    expect(await get('/health/ready')).toMatchObject({ status: 200, text: '{"status":"ready","checks":{}}' });
  });

  it('refuses a request without a token', async () => {
    const answer = await get('/audit');
    expect(answer).toMatchObject({ status: 401, code: 'AUTH_TOKEN_MISSING' });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await get('/metrics')).toMatchObject({ status: 401, code: 'AUTH_TOKEN_MISSING' });
  });

  it('lets in the role a route names, and tells it who calls', async () => {
    expect(await get('/audit', await tokenOf('auditor'))).toMatchObject({ status: 200, text: '{"subject":"ada","roles":["auditor"]}' });
    expect(await get('/audit', await tokenOf('operator'))).toMatchObject({ status: 403, code: 'AUTH_ROLE_MISSING' });
  });

  it('lets an operator see what a viewer sees', async () => {
    expect(await get('/metrics', await tokenOf('operator'))).toMatchObject({ status: 200, text: expect.stringContaining('process_cpu_seconds_total') as string });
  });

  it('refuses everybody where no role is declared', async () => {
    expect(await get('/undeclared', await tokenOf('operator'))).toMatchObject({ status: 403 });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['has expired', () => claims((jwt) => jwt.setExpirationTime(1)), 'AUTH_TOKEN_EXPIRED'],
    ['is for another audience', () => claims((jwt) => jwt.setAudience('elsewhere')), 'AUTH_TOKEN_INVALID'],
    ['never expires', () => new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject('ada').setAudience('onward').sign(key), 'AUTH_TOKEN_INVALID'],
    ['is signed by another key', () => claims((jwt) => jwt, Buffer.alloc(32, 7)), 'AUTH_TOKEN_INVALID'],
    ['is signed with another algorithm', () => claims((jwt) => jwt, key, 'HS512'), 'AUTH_TOKEN_INVALID'],
    ['is not signed', () => Promise.resolve('eyJhbGciOiJub25lIn0.eyJhdWQiOiJvbndhcmQifQ.'), 'AUTH_TOKEN_INVALID'],
  ])('refuses a token that %s', async (_case, token, code) => {
    expect(await get('/audit', await token())).toMatchObject({ status: 401, code });
  });

  it('answers errors with their code, and nothing about the inside', async () => {
    expect(await get('/conflict')).toMatchObject({ status: 409, code: 'SAGA_CLOSED' });
    expect(await get('/nowhere')).toMatchObject({ status: 404, code: 'HTTP_NOT_FOUND' });
    const broken = await get('/broken');
    expect(broken).toMatchObject({ status: 500, code: 'HTTP_INTERNAL' });
    expect(broken.text).not.toContain('password');
  });
});

describe('the start of a service', () => {
  it('counts as ready only when its own start has ended', async () => {
    let seen: number | undefined;
    const service = await startService(
      {
        ...definition,
        start: async (app) => {
          seen = (await fetch(`${await app.getUrl()}/health/ready`)).status;
        },
      },
      config(),
      quiet,
    );
    expect(seen).toBe(503);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(await service.stop()).toBe(true);
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  });

  it('says which address is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startService(definition, config(port), quiet)).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}: another process listens there`);
    other.close();
  });

  it('closes what it opened when it fails', async () => {
    let closed = false;
    const failing = startService(
      {
        ...definition,
        start: (_app, { lifecycle }) => {
          lifecycle.onStop('lane', () => {
            closed = true;
          });
          throw new Error('no broker');
        },
      },
      config(),
      quiet,
    );
    await expect(failing).rejects.toThrow('no broker');
    expect(closed).toBe(true);
  });

  it('stops when it says that it cannot go on', async () => {
    let failed = false;
    let fail: ((error: unknown) => void) | undefined;
    const run = runService({ ...definition, start: (_app, context) => void (fail = context.fail) }, config(), quiet, () => {
      failed = true;
    });
    const { url, stop } = await run.started;
    fail?.(new Error('the lane was fenced'));
    expect(await stop()).toBe(true);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    expect(failed).toBe(true);
  });
});
