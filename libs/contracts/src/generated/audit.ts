// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';

/** One fact of the suite in the order in which audit took note of it. Every fact has exactly one entry. Personal data stays in the fact; the entry has its hash. */
export interface AuditEntry {
  /** Place in the audit log, from 1 on without a gap. */
  readonly sequence: number;
  /** When the broker appended the fact to its topic. Microseconds since 1970-01-01 UTC. */
  readonly factTime: number;
  /** When audit gave it its sequence, by audit's clock, never before the entry that precedes it. Microseconds since 1970-01-01 UTC. */
  readonly sequencedAt: number;
  /** The principal that told the fact: the only one with the right to write its topic. */
  readonly actor: string;
  /** What happened, as a word that programs may compare: the kinds of a saga's events joined by a plus sign, the name of a domain event's record, quarantined, undecodable, gap. */
  readonly action: string;
  /** The saga it belongs to, when it belongs to one. */
  readonly sagaId: null | string;
  /** The step path, when the fact is about one step. */
  readonly step: null | string;
  /** The fact's number in its source's own gapless sequence: a saga's transitions, a participant's events. */
  readonly sourceSequence: null | number;
  /** SHA-256 of the saga's state record before the transition. */
  readonly stateHashBefore: null | Buffer;
  /** SHA-256 of the saga's state record after the transition. */
  readonly stateHashAfter: null | Buffer;
  /** The registry's id of the schema that the fact was written with; null where there is none. */
  readonly schemaId: null | number;
  /** Where the fact stands; of a gap: where it is missing. */
  readonly sourceTopic: string;
  /** Where the fact stands; -1 for a gap, which stands nowhere. */
  readonly sourcePartition: number;
  /** Where the fact stands; -1 for a gap, which stands nowhere. */
  readonly sourceOffset: number;
  /** The fact's own id, ce_id. */
  readonly eventId: null | string;
  /** Id of the message that led to the fact, ce_causationid. */
  readonly causationId: null | string;
  /** W3C trace context of the fact. */
  readonly traceparent: null | string;
  /** SHA-256 of the fact's value as it stands in its topic; null when it has none, as a gap has. */
  readonly factHash: null | Buffer;
  /** A sentence for a person, where the action needs one: why a fact cannot be read or was quarantined, what is missing in a gap, the reason that was given for a cancel or an operator's command. */
  readonly detail: null | string;
}
export const AuditEntry: RecordType<AuditEntry> = recordType<AuditEntry>({"type":"record","name":"AuditEntry","namespace":"onward.audit","doc":"One fact of the suite in the order in which audit took note of it. Every fact has exactly one entry. Personal data stays in the fact; the entry has its hash.","fields":[{"name":"sequence","type":"long","doc":"Place in the audit log, from 1 on without a gap."},{"name":"factTime","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the broker appended the fact to its topic."},{"name":"sequencedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When audit gave it its sequence, by audit's clock, never before the entry that precedes it."},{"name":"actor","type":"string","doc":"The principal that told the fact: the only one with the right to write its topic."},{"name":"action","type":"string","doc":"What happened, as a word that programs may compare: the kinds of a saga's events joined by a plus sign, the name of a domain event's record, quarantined, undecodable, gap."},{"name":"sagaId","type":["null","string"],"doc":"The saga it belongs to, when it belongs to one.","default":null},{"name":"step","type":["null","string"],"doc":"The step path, when the fact is about one step.","default":null},{"name":"sourceSequence","type":["null","long"],"doc":"The fact's number in its source's own gapless sequence: a saga's transitions, a participant's events.","default":null},{"name":"stateHashBefore","type":["null","bytes"],"doc":"SHA-256 of the saga's state record before the transition.","default":null},{"name":"stateHashAfter","type":["null","bytes"],"doc":"SHA-256 of the saga's state record after the transition.","default":null},{"name":"schemaId","type":["null","int"],"doc":"The registry's id of the schema that the fact was written with; null where there is none.","default":null},{"name":"sourceTopic","type":"string","doc":"Where the fact stands; of a gap: where it is missing."},{"name":"sourcePartition","type":"int","doc":"Where the fact stands; -1 for a gap, which stands nowhere."},{"name":"sourceOffset","type":"long","doc":"Where the fact stands; -1 for a gap, which stands nowhere."},{"name":"eventId","type":["null","string"],"doc":"The fact's own id, ce_id.","default":null},{"name":"causationId","type":["null","string"],"doc":"Id of the message that led to the fact, ce_causationid.","default":null},{"name":"traceparent","type":["null","string"],"doc":"W3C trace context of the fact.","default":null},{"name":"factHash","type":["null","bytes"],"doc":"SHA-256 of the fact's value as it stands in its topic; null when it has none, as a gap has.","default":null},{"name":"detail","type":["null","string"],"doc":"A sentence for a person, where the action needs one: why a fact cannot be read or was quarantined, what is missing in a gap, the reason that was given for a cancel or an operator's command.","default":null}]});
