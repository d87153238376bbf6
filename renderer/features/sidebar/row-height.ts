/** As in the styles: every line of the sidebar's lists is so high, in pixels. */
export const rowPixels = 28
