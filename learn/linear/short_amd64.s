#include "textflag.h"

// The constants of short_amd64.s and short.go are the same.
DATA shortConst<>+0(SB)/4, $0x42a00000  // 80
DATA shortConst<>+4(SB)/4, $0x3fb8aa3b  // 1 / ln 2
DATA shortConst<>+8(SB)/4, $0x4b400000  // 1.5 * 2^23
DATA shortConst<>+12(SB)/4, $0x3f318000 // ln 2, to 9 bits
DATA shortConst<>+16(SB)/4, $0xb95e8083 // what that lacks
DATA shortConst<>+20(SB)/4, $0x3ab60b61 // 1/720
DATA shortConst<>+24(SB)/4, $0x3c088889 // 1/120
DATA shortConst<>+28(SB)/4, $0x3d2aaaab // 1/24
DATA shortConst<>+32(SB)/4, $0x3e2aaaab // 1/6
DATA shortConst<>+36(SB)/4, $0x3f000000 // 1/2
DATA shortConst<>+40(SB)/4, $0x3f800000 // 1
DATA shortConst<>+44(SB)/4, $0x7fffffff // all but the sign
DATA shortConst<>+48(SB)/4, $0xc2a00000 // -80
GLOBL shortConst<>(SB), RODATA|NOPTR, $52

// SUM8 adds the lanes of Y, lower half and upper half, then their halves, then
// the last two; the sum is in lane 0 of X. T is changed.
#define SUM8(Y, X, T) \
	VEXTRACTF128 $1, Y, T  \
	VADDPS T, X, X         \
	VPSHUFD $0x0e, X, T    \
	VADDPS T, X, X         \
	VPSHUFD $0x01, X, T    \
	VADDSS T, X, X

#define MAX8(Y, X, T) \
	VEXTRACTF128 $1, Y, T  \
	VMAXPS T, X, X         \
	VPSHUFD $0x0e, X, T    \
	VMAXPS T, X, X         \
	VPSHUFD $0x01, X, T    \
	VMAXSS T, X, X

// func shortAVX2(z, r, p, shrink, delta *float32, lanes int, q float32, told *[4]float32)
TEXT ·shortAVX2(SB), NOSPLIT, $0-64
	MOVQ z+0(FP), DI
	MOVQ r+8(FP), SI
	MOVQ p+16(FP), R8
	MOVQ shrink+24(FP), R9
	MOVQ delta+32(FP), R10
	MOVQ lanes+40(FP), CX
	SHLQ $2, CX // in bytes

	// The greatest score.
	VMOVUPS (DI), Y0
	MOVQ $32, AX

top:
	CMPQ AX, CX
	JGE  topdone
	VMAXPS (DI)(AX*1), Y0, Y0
	ADDQ $32, AX
	JMP  top

topdone:
	MAX8(Y0, X0, X1)
	VBROADCASTSS X0, Y0

	// Exponentials, and their sum in Y1.
	VBROADCASTSS shortConst<>+48(SB), Y15
	VBROADCASTSS shortConst<>+4(SB), Y14
	VBROADCASTSS shortConst<>+8(SB), Y13
	VBROADCASTSS shortConst<>+12(SB), Y12
	VBROADCASTSS shortConst<>+16(SB), Y11
	VBROADCASTSS shortConst<>+20(SB), Y10
	VBROADCASTSS shortConst<>+24(SB), Y9
	VBROADCASTSS shortConst<>+28(SB), Y8
	VBROADCASTSS shortConst<>+32(SB), Y7
	VXORPS Y1, Y1, Y1
	XORQ AX, AX

exp:
	VMOVUPS (DI)(AX*1), Y2
	VSUBPS Y0, Y2, Y2               // x
	VCMPPS $1, Y15, Y2, Y6          // x < -80
	VMAXPS Y15, Y2, Y2
	VMULPS Y14, Y2, Y3
	VADDPS Y13, Y3, Y3              // the whole number in the last bits
	VSUBPS Y13, Y3, Y4
	VMULPS Y12, Y4, Y5
	VSUBPS Y5, Y2, Y2
	VMULPS Y11, Y4, Y5
	VSUBPS Y5, Y2, Y2               // f
	VMULPS Y10, Y2, Y4
	VADDPS Y9, Y4, Y4
	VMULPS Y2, Y4, Y4
	VADDPS Y8, Y4, Y4
	VMULPS Y2, Y4, Y4
	VADDPS Y7, Y4, Y4
	VMULPS Y2, Y4, Y4
	VBROADCASTSS shortConst<>+36(SB), Y5
	VADDPS Y5, Y4, Y4
	VMULPS Y2, Y4, Y4
	VBROADCASTSS shortConst<>+40(SB), Y5
	VADDPS Y5, Y4, Y4
	VMULPS Y2, Y4, Y4
	VADDPS Y5, Y4, Y4
	VPSLLD $23, Y3, Y3
	VPADDD Y3, Y4, Y4
	VANDNPS Y4, Y6, Y4
	VMOVUPS Y4, (R8)(AX*1)
	VADDPS Y4, Y1, Y1
	ADDQ $32, AX
	CMPQ AX, CX
	JLT  exp
	SUM8(Y1, X1, X2)
	MOVQ told+56(FP), DX
	VMOVSS X0, 0(DX)
	VMOVSS X1, 4(DX)

	// Probabilities, and the first half of the step: what has to change in Y3,
	// p*g in Y4, p*shrink in Y5.
	VMOVSS shortConst<>+40(SB), X2
	VDIVSS X1, X2, X1
	VBROADCASTSS X1, Y1
	VBROADCASTSS shortConst<>+40(SB), Y2
	VBROADCASTSS q+48(FP), Y0
	VBROADCASTSS shortConst<>+44(SB), Y15
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y14, Y14, Y14
	XORQ AX, AX

half:
	VMULPS (R8)(AX*1), Y1, Y6       // p
	VMOVUPS Y6, (R8)(AX*1)
	VADDPS (SI)(AX*1), Y6, Y7
	VSUBPS Y7, Y14, Y7              // d = -(p + r)
	VANDPS Y15, Y7, Y8
	VADDPS Y8, Y3, Y3
	VMULPS Y0, Y6, Y8
	VADDPS Y2, Y8, Y8
	VDIVPS Y8, Y2, Y8               // 1 / (1 + q p)
	VMOVUPS Y8, (R9)(AX*1)
	VMULPS Y7, Y8, Y9               // g
	VMOVUPS Y9, (R10)(AX*1)
	VMULPS Y6, Y9, Y9
	VADDPS Y9, Y4, Y4
	VMULPS Y6, Y8, Y9
	VADDPS Y9, Y5, Y5
	ADDQ $32, AX
	CMPQ AX, CX
	JLT  half
	SUM8(Y3, X3, X6)
	VMOVSS X3, 8(DX)
	SUM8(Y4, X4, X6)
	SUM8(Y5, X5, X6)

	// The second half, and the longest change in Y3.
	VMULSS X0, X4, X4
	VDIVSS X5, X4, X4
	VBROADCASTSS X4, Y4
	VXORPS Y3, Y3, Y3
	XORQ AX, AX

rest:
	VMULPS (R8)(AX*1), Y4, Y6
	VMULPS (R9)(AX*1), Y6, Y6
	VADDPS (R10)(AX*1), Y6, Y6
	VMOVUPS Y6, (R10)(AX*1)
	VANDPS Y15, Y6, Y6
	VMAXPS Y6, Y3, Y3
	ADDQ $32, AX
	CMPQ AX, CX
	JLT  rest
	MAX8(Y3, X3, X6)
	VMOVSS X3, 12(DX)
	VZEROUPPER
	RET
