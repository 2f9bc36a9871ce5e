#!/usr/bin/env bash
# Draws the six sample films of the mock server and a picture of one, and writes them beside itself.
# Needs ffmpeg with libx264 and libfreetype, fc-match, and the DejaVu fonts.
set -euo pipefail
export LC_ALL=C

cd "$(dirname -- "${BASH_SOURCE[0]}")"

FPS=24
DARK=0x1d3047
FONT=$(fc-match -f '%{file}' 'DejaVu Sans:bold')
case ${FONT} in
*DejaVuSans-Bold.ttf) ;;
*) echo "make.sh: the font DejaVu Sans Bold is not installed" >&2; exit 1 ;;
esac

# film SECONDS RATIO WIDTH HEIGHT
film() {
    local secs=$1 ratio=$2 w=$3 h=$4
    local frames=$((secs * FPS))
    local m=$((w < h ? w : h))
    local word=$((w * 2 / 17)) small=$((m / 18)) pad=$((m / 24)) bar=$((m / 45))
    local barw=$((w - 2 * pad)) bary=$((h - pad - bar))
    local sun=$((m * 8 / 10)) hillh=$((h * 36 / 100))

    # Every layer is drawn once, as one frame; the overlays below move it.
    one() { printf 'color=c=black:s=%sx%s:r=%s,trim=end_frame=1,format=%s' "$1" "$2" "${FPS}" "$3"; }
    # hill NAME STEP HEIGHT WAVE LENGTH RED GREEN BLUE: a strip that is STEP pixels a frame too long.
    hill() {
        printf ';%s,geq=r=%s:g=%s:b=%s:a=%s[%s]' \
            "$(one $((w + $2 * frames)) "$3" gbrap)" "$6" "$7" "$8" \
            "'255*clip(Y-$4*(1+sin(X/$5))+0.5,0,1)'" "$1"
    }
    local font="fontfile='${FONT}':fontcolor=white"
    local graph

    graph="$(one "${w}" "${h}" gbrp)"
    graph+=",geq=r='lerp(58,255,Y/H)':g='lerp(112,206,Y/H)':b='lerp(180,150,Y/H)'"
    graph+=",loop=loop=-1:size=1,setpts=N/${FPS}/TB[sky]"

    graph+=";$(one "${sun}" "${sun}" gbrap),geq=r=255:g='lerp(216,230,lt(hypot(X-W/2,Y-H/2),W*0.12))':b='lerp(206,140,lt(hypot(X-W/2,Y-H/2),W*0.12))'"
    graph+=":a='st(0,hypot(X-W/2,Y-H/2));255*max(clip(W*0.11-ld(0)+0.5,0,1),0.5*pow(clip(1-2*ld(0)/W,0,1),2))'[sun]"
    graph+="$(hill far 1 "${hillh}" $((m / 22)) $((m / 5)) 92 130 124)"
    graph+="$(hill near 2 "$((hillh * 6 / 10))" $((m / 26)) $((m / 7)) 46 94 90)"
    graph+=";$(one "${barw}" "${bar}" gbrp),geq=r=255:g=226:b=130[strip]"
    graph+=";color=c=${DARK}:s=${barw}x${bar}:r=${FPS},format=gbrp[track]"

    graph+=";[sky][sun]overlay=format=gbrp:x='W*(0.12+0.76*n/${frames})-w/2':y='H*(0.30-0.13*sin(PI*n/${frames}))-h/2'[a]"
    graph+=";[a][far]overlay=format=gbrp:x=-n:y=H-h[b]"
    graph+=";[b][near]overlay=format=gbrp:x=-2*n:y=H-h[c]"
    graph+=";[c]drawtext=${font}:text=SIMULATED:fontsize=${word}:borderw=$((word / 16 + 1)):bordercolor=${DARK}"
    graph+=":x=(w-text_w)/2:y=h*0.53-text_h/2"
    graph+=",drawtext=${font}:text='%{eif\\:n/${FPS}\\:d} s of ${secs} s':fontsize=${small}"
    graph+=":x=${pad}:y=${bary}-${small}*1.4[d]"
    # The bar slides in from the left inside its own small picture, so it cannot spill over.
    graph+=";[track][strip]overlay=format=gbrp:x='-w+w*(n+1)/${frames}':y=0[bar]"
    graph+=";[d][bar]overlay=format=gbrp:x=${pad}:y=${bary}"
    graph+=",scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+bitexact,format=yuv420p[out]"

    ffmpeg -nostdin -hide_banner -loglevel error -y \
        -filter_threads 1 -filter_complex_threads 1 -filter_complex "${graph}" -map '[out]' -an \
        -frames:v "${frames}" -r "${FPS}" -pix_fmt yuv420p \
        -c:v libx264 -threads 1 -preset veryslow -crf 27 -profile:v high \
        -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact -movflags +faststart \
        "${secs}s-${ratio}.mp4"
}

for secs in 5 10; do
    film "${secs}" 16x9 640 360
    film "${secs}" 9x16 360 640
    film "${secs}" 1x1 480 480
done

ffmpeg -nostdin -hide_banner -loglevel error -y -ss 2 -i 5s-16x9.mp4 -frames:v 1 -update 1 \
    -vf scale=320:180:flags=bicubic+accurate_rnd+bitexact -q:v 5 \
    -map_metadata -1 -fflags +bitexact -flags:v +bitexact cover.jpg
