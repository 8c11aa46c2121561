import file from './sample-video.json' with { type: 'json' };

/** One second of blue, 160 × 90, H.264 in MP4: what a finished sandbox job links to. Made with ffmpeg for this project. */
export const SAMPLE_VIDEO = Buffer.from(file.base64, 'base64');
