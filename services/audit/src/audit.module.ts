import { Module, type DynamicModule } from '@nestjs/common';
import type { AvroRegistry } from '@onward/kafka';
import { REGISTRY, TrailController } from './api/trail.controller.js';
import { AuditIndex } from './storage/audit-index.js';

/** The HTTP side: everything else runs beside Nest. */
@Module({})
export class AuditModule {
  static with(registry: AvroRegistry, index: AuditIndex): DynamicModule {
    return {
      module: AuditModule,
      controllers: [TrailController],
      providers: [
        { provide: AuditIndex, useValue: index },
        { provide: REGISTRY, useValue: registry },
      ],
    };
  }
}
