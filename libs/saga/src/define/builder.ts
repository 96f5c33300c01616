import type { SagaDraft } from './draft.js';
import { SagaRecorder } from './recorder.js';

export function saga(name: string, options: Omit<SagaDraft, 'name' | 'block' | 'migrations' | 'result'>): any {
  return new SagaRecorder({ ...options, name, migrations: [] });
}
