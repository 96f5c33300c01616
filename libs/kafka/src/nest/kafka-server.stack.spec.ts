import 'reflect-metadata';
import { jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import { KafkaServer, type KafkaServerOptions } from './kafka-server.js';
import { LaneServer } from './lane-server.js';

jest.setTimeout(60_000);

@Module({})
class EmptyModule {}

describe('Nest transports', () => {
  let kafka: KafkaFixture;

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());

  const fail = (error: unknown): void => {
    throw error;
  };
  const observer = { partitionStopped: fail, retrying: fail, failed: fail };

  it('serve batches between listen and close', async () => {
    const [input, out, quarantineTopic] = [await kafka.topic('in', 2), await kafka.topic('out', 2), await kafka.topic('quarantine', 2)];
    const options: KafkaServerOptions = { kafka: testStack().kafka('admin'), groupId: kafka.unique('group'), topics: [input], owner: 'payment-0', quarantineTopic };
    const server = new KafkaServer(options, { handle: async (records) => records.map(({ partition, key, value }) => ({ topic: out, partition, key, value })) }, observer);
    const app = await NestFactory.createMicroservice(EmptyModule, { strategy: server, logger: false });
    await app.listen();
    await until(() => server.partitions.length === 2 || undefined, 'both partitions');
    await kafka.sendNumbered(input, 10, 2);
    expect((await kafka.values(out, 10)).length).toBe(10);
    await app.close();
    await until(async () => (await kafka.admin.describeGroups([options.groupId])).groups[0]!.members.length === 0 || undefined, 'the group to be left');
  });

  it('refuse to listen when they cannot start', async () => {
    const input = await kafka.topic('in', 2);
    const options = { kafka: testStack().kafka('admin'), groupId: kafka.unique('group'), topics: [input], owner: 'payment-0', quarantineTopic: kafka.unique('missing') };
    const app = await NestFactory.createMicroservice(EmptyModule, { strategy: new KafkaServer(options, { handle: async () => [] }, observer), logger: false });
    await expect(app.listen()).rejects.toMatchObject({ code: 'KAFKA_API' });
    await app.close();
  });

  it('run a lane between listen and close', async () => {
    const calls: string[] = [];
    const server = new LaneServer(async () => {
      calls.push('start');
      return { stop: async () => void calls.push('stop') };
    });
    const app = await NestFactory.createMicroservice(EmptyModule, { strategy: server, logger: false });
    await app.listen();
    expect([calls, server.running === undefined]).toEqual([['start'], false]);
    await app.close();
    expect(calls).toEqual(['start', 'stop']);
  });
});
