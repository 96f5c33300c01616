import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Roles } from '../http/access.js';
import { Metrics } from './metrics.js';

/** `GET /metrics` in Prometheus's text format. Closed like everything else: a scraper presents a viewer's token. */
@Controller('metrics')
@Roles('viewer')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  async read(@Res({ passthrough: true }) response: { setHeader(name: string, value: string): unknown }): Promise<string> {
    response.setHeader('Content-Type', this.metrics.contentType);
    return this.metrics.metrics();
  }
}
