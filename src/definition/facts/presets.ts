/** The output’s presets in pixels, for landscape. Source: shotstack/oas-api-definition, schemas/output.yaml, `resolution`. */
export const PRESETS: Record<string, { width: number; height: number }> = {
  preview: { width: 512, height: 288 },
  mobile: { width: 640, height: 360 },
  sd: { width: 1024, height: 576 },
  hd: { width: 1280, height: 720 },
  1080: { width: 1920, height: 1080 },
  '4k': { width: 3840, height: 2160 },
};
