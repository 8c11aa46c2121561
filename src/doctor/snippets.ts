import { writeSettings } from './formats.ts';
import type { Host } from './hosts.ts';
import type { Launch } from './launch.ts';

/** What a person pastes to add this server to a host: its own command, or a piece of its settings. */
export function snippetFor(host: Host, launch: Launch, platform: NodeJS.Platform): string {
  return host.command?.(launch, platform) ?? writeSettings(host.document(launch), host.format);
}
