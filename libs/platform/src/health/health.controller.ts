import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Public } from '../http/access.js';
import { Health, type Readiness } from './health.js';

/** What an orchestrator of containers asks: is the process alive (else restart it), is it ready (else send it no work). */
@Controller('health')
@Public()
export class HealthController {
  constructor(@Inject(Health) private readonly health: Health) {}

  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) response: { status(status: number): unknown }): Promise<Readiness> {
    const readiness = await this.health.readiness();
    response.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}
