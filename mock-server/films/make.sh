#!/usr/bin/env bash
# Draws the six sample films of the mock server and writes them beside itself.
# Needs ffmpeg with libx264, libfreetype and fontconfig, and the DejaVu fonts.
set -euo pipefail
export LC_ALL=C

cd "$(dirname -- "${BASH_SOURCE[0]}")"

FPS=24

# film SECONDS RATIO WIDTH HEIGHT
film() {
    local secs=$1 ratio=$2 w=$3 h=$4
    local frames=$((secs * FPS))
    local m=$((w < h ? w : h))
    local text=$((w / 8)) small=$((m / 18)) pad=$((m / 24)) bar=$((m / 45))

    # Each mask is 0 outside its shape and 1 inside, with a one pixel soft edge:
    # register 0 the sun's distance, 1 the sun, 2 its glow, 3 far hills, 4 near hills.
    local a="(N/${frames})" t="(N/${FPS})"
    local masks="st(0,hypot(X-W*(0.12+0.76*${a}),Y-H*(0.29-0.13*sin(PI*${a}))))"
    masks+="+st(1,clip(${m}*0.09-ld(0)+0.5,0,1))"
    masks+="+st(2,0.45*exp(-ld(0)/(${m}*0.16)))"
    masks+="+st(3,clip(Y-H*0.70-${m}*0.05*sin((X+14*${t})/(${m}*0.19))+0.5,0,1))"
    masks+="+st(4,clip(Y-H*0.80-${m}*0.04*sin((X+34*${t})/(${m}*0.14)+1)+0.5,0,1))"

    # channel SKY_TOP SKY_LOW SUN FAR NEAR: one colour channel of the picture.
    channel() {
        printf '%s' "0*(${masks})+lerp(lerp(lerp(lerp(lerp($1,$2,Y/H),$3,ld(2)),$3,ld(1)),$4,ld(3)),$5,ld(4))"
    }
    local red green blue
    red=$(channel 58 250 255 92 44)
    green=$(channel 110 196 226 128 92)
    blue=$(channel 178 150 130 122 88)

    local font="font='DejaVu Sans\\:bold':fontcolor=white"
    local graph="color=c=black:s=${w}x${h}:r=${FPS}:d=${secs},format=gbrp"
    graph+=",geq=r='${red}':g='${green}':b='${blue}'"
    graph+=",drawtext=${font}:text=SIMULATED:fontsize=${text}:borderw=$((text / 16 + 1)):bordercolor=0x1d3047"
    graph+=":x=(w-text_w)/2:y=${h}*0.5-${text}/2"
    graph+=",drawtext=${font}:text='%{eif\\:n/${FPS}\\:d} s of ${secs} s':fontsize=${small}"
    graph+=":x=${pad}:y=h-${pad}-${bar}-${small}*1.4"
    graph+=",drawbox=x=${pad}:y=ih-${pad}-${bar}:w=iw-2*${pad}:h=${bar}:color=0x1d3047:t=fill[scene]"
    # The bar is a strip that slides in from the left inside its own small picture.
    graph+=";color=c=0x1d3047:s=$((w - 2 * pad))x${bar}:r=${FPS}:d=${secs},format=gbrp[track]"
    graph+=";color=c=0xffe282:s=$((w - 2 * pad))x${bar}:r=${FPS}:d=${secs},format=gbrp[strip]"
    graph+=";[track][strip]overlay=format=gbrp:x='-w+w*(n+1)/${frames}':y=0[bar]"
    graph+=";[scene][bar]overlay=format=gbrp:x=${pad}:y=H-${pad}-h"
    graph+=",scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+bitexact,format=yuv420p[out]"

    ffmpeg -nostdin -hide_banner -loglevel error -y \
        -filter_complex_threads 1 -filter_complex "${graph}" -map '[out]' -an \
        -frames:v "${frames}" -r "${FPS}" -pix_fmt yuv420p \
        -c:v libx264 -threads 1 -preset veryslow -crf 27 -g 120 -profile:v high \
        -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact -movflags +faststart \
        "${secs}s-${ratio}.mp4"
}

for secs in 5 10; do
    film "${secs}" 16x9 640 360
    film "${secs}" 9x16 360 640
    film "${secs}" 1x1 480 480
done
