import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { AuditEntry } from '@onward/contracts';
import { ValueDecoder, type AvroRegistry } from '@onward/kafka';
import { HttpProblem, Roles } from '@onward/platform';
import { AuditIndex } from '../storage/audit-index.js';
import { entryView, type TrailPage } from './trail.js';

/** Injection token of the registry that the log's entries are read with. */
export const REGISTRY = Symbol('REGISTRY');

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

/** What the audit log says, for auditors. */
@Controller('audit')
@Roles('auditor')
export class TrailController {
  private readonly decoder: ValueDecoder;

  constructor(
    @Inject(AuditIndex) private readonly index: AuditIndex,
    @Inject(REGISTRY) registry: AvroRegistry,
  ) {
    this.decoder = new ValueDecoder(registry, [AuditEntry]);
  }

  /** `GET /audit/sagas/{id}?after=0&limit=100`: the saga's entries in the log's order. */
  @Get('sagas/:sagaId')
  async trail(@Param('sagaId') sagaId: string, @Query('after') after?: string, @Query('limit') limit?: string): Promise<TrailPage> {
    const from = wholeNumber('after', after, 0, Number.MAX_SAFE_INTEGER) ?? 0;
    const count = wholeNumber('limit', limit, 1, LIMIT_MAX) ?? LIMIT_DEFAULT;
    // Asked first: what is copied meanwhile may only make the answer say less than it holds.
    const indexedThrough = await this.index.lastSequence();
    const found = await this.index.trail(sagaId, from, count + 1);
    if (found.length === 0 && from === 0) {
      throw new HttpProblem(404, 'AUDIT_SAGA_UNKNOWN', `No entry of the audit log up to number ${indexedThrough} is about this saga.`);
    }
    const page = found.slice(0, count);
    await this.decoder.prepare(page.map(({ value }) => value));
    return {
      sagaId,
      entries: page.map(({ value }) => entryView(this.decoder.decode(value).value as AuditEntry)),
      nextAfter: found.length > count ? (page.at(-1)?.sequence ?? null) : null,
      indexedThrough,
    };
  }
}

function wholeNumber(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new HttpProblem(400, 'AUDIT_QUERY_INVALID', `${name} must be a whole number from ${min} to ${max}.`);
}
