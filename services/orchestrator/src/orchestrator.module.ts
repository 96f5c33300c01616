import { Module } from '@nestjs/common';

/** The orchestrator has no HTTP interface of its own: commands, outcomes and history are Kafka topics. */
@Module({})
export class OrchestratorModule {}
